from time import perf_counter


def burn(seconds):
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


burn(0.2)
