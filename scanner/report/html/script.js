"use strict";
(() => {
  const items = document.getElementById("items");
  const policies = [...items.children];
  const field = (id) => document.getElementById(id);
  const form = document.querySelector(".filters");
  const texts = new Map();
  const membersOf = new WeakMap();

  const textOf = (policy) => {
    if (!texts.has(policy)) texts.set(policy, policy.textContent.toLowerCase());
    return texts.get(policy);
  };

  const filter = () => {
    const words = field("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const policy of policies) {
      const data = policy.dataset;
      const fits = ["status", "severity", "area"].every((name) => !field(name).value || field(name).value === data[name]);
      const framework = field("framework").value;
      const serves = !framework || groupsOf(policy, framework).length > 0;
      policy.hidden = !(fits && serves && words.every((word) => textOf(policy).includes(word)));
      shown += !policy.hidden;
    }
    const all = policies.length;
    field("shown").textContent = shown === all ? `${all} policies` : `${shown} of ${all} policies`;
    field("none").hidden = shown > 0;
    for (const part of items.querySelectorAll(".group, .also")) {
      part.hidden = membersOf.get(part).every((policy) => policy.hidden);
    }
  };

  const control = (name) => (text) => text.startsWith(`${name}:`);
  const groupsOf = (policy, by) => {
    if (by === "area") return [policy.dataset.area];
    return policy.dataset.groups.split("|").filter(control(by)).map((text) => text.slice(by.length + 1));
  };

  const natural = new Intl.Collator("en", { numeric: true });
  const group = () => {
    const by = field("group").value;
    const groups = new Map();
    const rest = [];
    if (by) {
      for (const policy of policies) {
        const names = groupsOf(policy, by);
        for (const name of names) groups.set(name, [...(groups.get(name) ?? []), policy]);
        if (!names.length) rest.push(policy);
      }
    }
    items.replaceChildren();
    const placed = new Set();
    const put = (name, members) => {
      const heading = document.createElement("h3");
      heading.className = "group";
      heading.textContent = name;
      membersOf.set(heading, members);
      items.append(heading, ...members.filter((one) => !placed.has(one)));
      const again = members.filter((one) => placed.has(one));
      if (again.length) items.append(also(again));
      members.forEach((one) => placed.add(one));
    };
    if (!by) return void items.append(...policies);
    [...groups.keys()].sort(natural.compare).forEach((name) => put(name, groups.get(name)));
    if (rest.length) put("Other", rest);
  };

  const also = (members) => {
    const line = document.createElement("p");
    line.className = "also";
    membersOf.set(line, members);
    line.append("Also: ");
    members.forEach((one, index) => {
      const link = document.createElement("a");
      link.href = `#${encodeURIComponent(one.id)}`;
      link.textContent = one.id.slice("policy-".length);
      line.append(index ? ", " : "", link);
    });
    return line;
  };

  const follow = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { return; }
    const target = id && document.getElementById(id);
    if (!target || !items.contains(target)) return;
    const policy = target.closest(".policy");
    policy.hidden = false;
    policy.open = true;
    document.querySelectorAll(".target").forEach((one) => one.classList.remove("target"));
    if (target !== policy) {
      target.classList.add("target");
      const why = target.querySelector("details");
      if (why) why.open = true;
    }
    target.scrollIntoView();
    (target === policy ? target.querySelector("summary") : target).focus({ preventScroll: true });
  };

  const copy = async (button) => {
    const source = button.parentElement.querySelector(".copied");
    const text = source.innerText.trim();
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };

  form.addEventListener("input", (event) => {
    if (event.target.id === "group") group();
    filter();
  });
  form.addEventListener("reset", () => setTimeout(() => { group(); filter(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  field("all").addEventListener("click", () => {
    const open = policies.some((policy) => !policy.hidden && !policy.open);
    for (const policy of policies) if (!policy.hidden) policy.open = open;
    field("all").textContent = open ? "Close all" : "Open all";
  });
  items.addEventListener("click", (event) => {
    if (event.target.classList.contains("copy")) copy(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      field("search").focus();
    }
  });

  const closed = [];
  addEventListener("beforeprint", () => {
    const now = [...document.querySelectorAll("details:not([open])")].filter((one) => !one.closest("[hidden]"));
    now.forEach((one) => { one.open = true; });
    closed.push(...now);
  });
  addEventListener("afterprint", () => closed.splice(0).forEach((one) => { one.open = false; }));
  addEventListener("hashchange", follow);
  follow();
})();
