"""The history of targets: the trend of each, and the points at which it changed for good.

Counters come first: any change that counts is an exact change point. Times need statistics (`steps`): neighbouring runs
resemble each other, and a detector that takes them for independent finds steps in unchanged histories.
"""
