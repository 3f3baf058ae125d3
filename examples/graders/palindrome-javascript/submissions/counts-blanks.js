const text = process.argv[2].toLowerCase();
const isPalindrome = text === [...text].reverse().join("");
console.log(isPalindrome ? "It is a palindrome" : "It is not a palindrome");
