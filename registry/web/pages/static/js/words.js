/* The texts a template gives to a script, in the reader's language: data-words. */

export function wordsOf(element) {
  const texts = JSON.parse(element.dataset.words || "{}");
  return (name, facts = {}) => fill(texts[name] || "", facts);
}

/* "%(count)s 件" with {count: 3} is "3 件". */
export function fill(text, facts) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) =>
    name in facts ? String(facts[name]) : whole,
  );
}

/* A line that is read out when it changes and takes no room. */
export function spokenLine(parent) {
  const line = document.createElement("p");
  line.className = "visually-hidden";
  line.setAttribute("role", "status");
  parent.append(line);
  return line;
}
