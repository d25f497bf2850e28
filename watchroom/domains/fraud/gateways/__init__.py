"""The doors outward: short messages and banks. They know protocols, no matters and no database."""
