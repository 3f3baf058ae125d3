
// Stands between what the student wrote and the tests.

