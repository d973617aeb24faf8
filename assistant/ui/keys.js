// Keys for the whole app, and the steps from one piece of evidence to the next. A constant: no text of a question,
// a document or a model ever becomes part of it. Keys that are letters need Ctrl or Alt (WCAG 2.1.4).
if (!window.ccKeys) {
  window.ccKeys = true;
  const open = () => document.querySelector(".cc-drawer:popover-open");
  const go = (drawer, by) => {
    const all = [...drawer.parentElement.querySelectorAll(":scope > .cc-drawer")];
    const next = all[all.indexOf(drawer) + by];
    if (!next || !all.includes(drawer)) return;
    drawer.hidePopover();
    next.showPopover();
    next.querySelector(by > 0 ? "[data-go='1']:not([disabled]), .cc-close" : "[data-go='-1']:not([disabled]), .cc-close")?.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-go]");
    if (button) go(button.closest(".cc-drawer"), Number(button.dataset.go));
  });
  document.addEventListener("keydown", (event) => {
    const letter = event.key.toLowerCase(), typing = /^(input|textarea|select)$/i.test(event.target.tagName);
    if ((event.ctrlKey || event.metaKey) && letter === "k") {
      const box = document.querySelector("[data-testid=stChatInputTextArea], section.stMain input[type=text], section.stMain textarea");
      if (box) { event.preventDefault(); open()?.hidePopover(); box.focus(); }
    } else if (event.altKey && letter === "e") {
      const mark = [...document.querySelectorAll(".cc-turn")].pop()?.querySelector(".cc-mark");
      if (mark) { event.preventDefault(); mark.focus(); mark.click(); }
    } else if (open() && !typing && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      go(open(), event.key === "ArrowRight" ? 1 : -1);
    }
  });
}
