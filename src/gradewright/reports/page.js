"use strict";

// Sorting by a click on a column's title.
const value = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
};
const compare = (a, b) =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });

for (const head of document.querySelectorAll("table.sortable thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = head.closest("table").tBodies[0];
    const sign = down ? -1 : 1;
    const rows = [...body.rows].sort((a, b) => sign * compare(value(a, head.cellIndex), value(b, head.cellIndex)));
    body.append(...rows);
  });
}

// Filtering the table of submissions, and the sections with it.
const field = document.getElementById("filter");
field.parentNode.hidden = false;
field.addEventListener("input", () => {
  const wanted = field.value.toLowerCase();
  const rows = [...document.getElementById("table").tBodies[0].rows];
  for (const row of rows) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
    document.querySelector(row.querySelector("a").hash).hidden = row.hidden;
  }
  const shown = rows.filter((row) => !row.hidden).length;
  document.getElementById("shown").textContent = wanted ? `${shown} of ${rows.length}` : "";
});

// A link to a section opens it.
const open = () => {
  const section = location.hash && document.getElementById(location.hash.slice(1));
  if (section instanceof HTMLDetailsElement) {
    section.open = true;
    section.scrollIntoView();
  }
};
addEventListener("hashchange", open);
document.getElementById("table").addEventListener("click", (event) => {
  if (event.target.closest("a")) setTimeout(open);
});
open();
