import unittest


def setUpModule():
    pass


class QueueTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.queue = [1, 2]

    def test_first_in_first_out(self):
        self.assertEqual(self.queue[0], 1)

    def runTest(self):
        self.assertTrue(self.queue)
