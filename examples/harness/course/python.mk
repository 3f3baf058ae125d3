# For every part whose answer is one Python file. Run in the student's directory, with RESOURCE_HOME set to the part's.
.PHONY: compile run

compile:
	python3 -m py_compile src/$(FILENAME)

run:
	python3 $(RESOURCE_HOME)/tests/try.py src/$(FILENAME) out/tests.log
