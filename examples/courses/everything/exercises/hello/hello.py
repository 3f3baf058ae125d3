# Say hello here.
