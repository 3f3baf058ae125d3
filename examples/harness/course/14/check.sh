# Tries PROGRAM with each of the CASES (two numbers and their greatest common divisor); each right one is worth a third.
program=$1 cases=$2

while read -r a b expected; do
    got=$("./$program" "$a" "$b" </dev/null 2>/dev/null | head -c 100)
    if [ "$got" = "$expected" ]; then
        echo "1/3;gcd $a $b is $expected"
    else
        echo "0;gcd $a $b should be $expected; the program printed '$got'"
    fi
done <"$cases"
