// Stands before what the student wrote.
#include <cstdlib>
#include <string>

