"use strict";
(() => {
  const pages = [...document.querySelectorAll("section.page")];
  const search = 12, paged = 25; // rows of a table from which it has a search field, and pages

  // A number that is missing stands last, whichever way the column is sorted.
  const lastEmpty = sign => (a, b) => (a === "") - (b === "") || sign * (a - b);
  DataTable.type("measured", { order: { asc: lastEmpty(1), desc: lastEmpty(-1) } });

  function sortable(table) {
    const rows = table.tBodies[0] ? table.tBodies[0].rows.length : 0;
    const titled = [...table.querySelectorAll("th")].some(head => head.textContent); // else it is a list of settings
    if (rows < 2 || !titled || DataTable.isDataTable(table)) return;
    new DataTable(table, {
      autoWidth: false,
      order: [],
      paging: rows > paged,
      pageLength: paged,
      lengthMenu: [paged, 100, { label: "all", value: -1 }],
      layout: {
        topStart: rows > paged ? "pageLength" : null,
        topEnd: rows >= search ? "search" : null,
        bottomStart: rows > paged ? "info" : null,
        bottomEnd: rows > paged ? "paging" : null,
      },
      language: { search: "Search:", lengthMenu: "_MENU_ rows", info: "_START_ to _END_ of _TOTAL_ rows", infoFiltered: "(of _MAX_)" },
    });
  }

  // The page that the address names, or that holds what it names.
  function show() {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const page = (named && named.closest("section.page")) || pages[0];
    pages.forEach(each => each.classList.toggle("current", each === page));
    document.querySelectorAll("#contents .nav-link").forEach(link => {
      const here = link.hash === "#" + page.id;
      link.classList.toggle("active", here);
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    page.querySelectorAll("table").forEach(sortable);
    if (named && named !== page) named.scrollIntoView();
    else window.scrollTo(0, 0);
    // A browser that opens an address scrolls to its page after this, below the bar.
    requestAnimationFrame(() => { if (!named || named === page) window.scrollTo(0, 0); });
  }
  document.documentElement.classList.add("scripted");
  window.addEventListener("hashchange", show);
  document.getElementById("contents").addEventListener("click", event => {
    const contents = bootstrap.Offcanvas.getInstance("#contents");
    if (contents && event.target.closest("a")) contents.hide();
  });
  show();

  document.getElementById("enlarged").addEventListener("show.bs.modal", event => {
    const shown = event.relatedTarget.querySelector("img");
    const large = event.target.querySelector("img");
    large.src = shown.src;
    large.alt = shown.alt;
    large.classList.toggle("photograph", !!event.relatedTarget.closest(".gallery"));
    document.getElementById("enlarged-caption").textContent = shown.alt;
  });

  const sieve = document.getElementById("sieve");
  if (sieve) {
    const images = [...document.querySelectorAll(".gallery figure")];
    const sift = () => {
      const wanted = [...new FormData(sieve)].filter(([, value]) => value);
      images.forEach(image => {
        image.hidden = !wanted.every(([name, value]) =>
          name === "outcome" ? image.dataset.outcome.split(" ").includes(value) : image.dataset[name] === value);
      });
      document.getElementById("sieved").textContent = `${images.filter(image => !image.hidden).length} of ${images.length} images`;
    };
    sieve.addEventListener("change", sift);
    sieve.addEventListener("submit", event => event.preventDefault());
    sift();
  }
})();
