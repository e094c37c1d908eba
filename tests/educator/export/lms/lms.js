/*
 * An LMS that keeps nothing: the test puts what it kept in window.kept, and reads window.commits.
 *   ?package=FOLDER&version=1.2|2004&commit=ADDRESS   the last is where to send each commit, if anywhere
 */
(() => {
  "use strict";
  const asked = new URLSearchParams(location.search);
  const old = asked.get("version") === "1.2";
  window.commits = [];
  window.calls = [];

  function begin() {
    const settings = { autocommit: false, logLevel: 5, lmsCommitUrl: asked.get("commit") ?? false };
    const api = old ? new window.Scorm12API(settings) : new window.Scorm2004API(settings);
    api.loadFromJSON(window.kept, "cmi");
    api.on(old ? "LMSCommit" : "Commit", () => window.commits.push(JSON.parse(JSON.stringify(api.cmi))));
    for (const name of old ? ["LMSInitialize", "LMSFinish"] : ["Initialize", "Terminate"])
      api.on(name, () => window.calls.push(name));
    window[old ? "API" : "API_1484_11"] = api;
    document.querySelector("iframe").src = `${asked.get("package")}/scorm.html`;
  }

  const script = document.createElement("script");
  script.src = old ? "scorm12.js" : "scorm2004.js";
  script.addEventListener("load", begin);
  document.head.append(script);
})();
