const letters = process.argv[2].toLowerCase().replace(/[^a-z]/g, "");
const reversed = [...letters].reverse().join("");
console.log(letters === reversed ? "Yes!" : "No.");
