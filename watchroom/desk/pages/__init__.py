"""Pages of the shell, one module each; a module that has routes holds `urlpatterns`."""
