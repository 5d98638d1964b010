class Cart:
    def __init__(self):
        self.prices = []

    def add(self, price):
        self.prices.append(price)

    @property
    def total(self):
        return sum(self.prices)
