#include <stdio.h>

int main(void)
{
    puts("<script>alert('6');</script>");
    return 0;
}
