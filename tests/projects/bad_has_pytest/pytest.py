print("not the pytest you are looking for")
