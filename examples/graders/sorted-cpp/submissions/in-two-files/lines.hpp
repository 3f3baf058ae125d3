#pragma once

#include <istream>
#include <string>
#include <vector>

std::vector<std::string> read_lines(std::istream &input);
