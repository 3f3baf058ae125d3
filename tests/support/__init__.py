"""What several suites need to make: images, machines, engines."""
