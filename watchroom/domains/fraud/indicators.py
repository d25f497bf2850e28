"""What is counted in the fraud centre."""

from . import figures_of_money

INDICATORS = (*figures_of_money.INDICATORS,)
