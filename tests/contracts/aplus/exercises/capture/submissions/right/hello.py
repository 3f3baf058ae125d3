print("hello <world> & all")
