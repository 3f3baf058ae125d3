const letters = process.argv[3].toLowerCase();
console.log(letters === letters.split("").reverse().join("") ? "yes" : "no");
