import sys

if sys.version_info < (99,):
    sys.exit("this suite needs Python 99")
