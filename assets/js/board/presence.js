// Who else looks at this board: their initials, and their names for who points at them or listens.

const SHOWN = 4;

function mark(initials, name) {
  const row = document.createElement("li");
  const avatar = document.createElement("span");
  avatar.className = "av";
  avatar.textContent = initials;
  avatar.title = name;
  avatar.setAttribute("role", "img");
  avatar.setAttribute("aria-label", name);
  row.append(avatar);
  return row;
}

/** Shows `people` ({name, initials}) where the page has room for them. */
export function showPeople(people) {
  const list = document.querySelector("[data-looking]");
  if (!list) return;
  const rest = people.slice(SHOWN);
  const rows = people.slice(0, SHOWN).map(({ initials, name }) => mark(initials, `${name} looks at this board, too`));
  if (rest.length) rows.push(mark(`+${rest.length}`, `${rest.map(({ name }) => name).join(", ")} look at this board, too`));
  list.replaceChildren(...rows);
}
