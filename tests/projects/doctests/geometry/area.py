"""Areas.

>>> rectangle(2, 3)
6
"""


def rectangle(width, height):
    """
    >>> rectangle(1, 1)
    1
    """
    return width * height


def square(side):
    """
    >>> square(3)
    9
    """
    return rectangle(side, side)
