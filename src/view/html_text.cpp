#include "view/html_text.hpp"

#include "core/foreign_text.hpp"

namespace tidings::view {

std::string html_escaped(std::string_view text) {
    std::string made;
    core::append_html(made, text);
    return made;
}

std::string_view html_style() {
    return R"(
:root{--paper:#fbfaf8;--card:#fff;--ink:#23262b;--soft:#6b7079;--line:#e6e3dd;
--accepted:#3a8f6a;--rejected:#c2504a;--unknown:#d59a2e;--failed:#a8423c;--expired:#8c5a86;
--invalid:#8d939c;--duplicate:#aab0b8;--suppressed:#c6cad0;--unsent:#e9e7e2;--accent:#3d6f9e}
@media (prefers-color-scheme:dark){:root{--paper:#16181b;--card:#1e2125;--ink:#e4e6e9;
--soft:#9aa0a8;--line:#2e3237;--accepted:#56b48a;--rejected:#e0746d;--unknown:#e6b454;
--failed:#c9615a;--expired:#b482ae;--invalid:#7c828b;--duplicate:#646a72;--suppressed:#50555c;
--unsent:#2a2d32;--accent:#7fb0dc}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:980px;margin:0 auto;padding:40px 24px 64px}
h1{font-size:28px;line-height:1.2;margin:0 0 4px;font-weight:650;letter-spacing:-.01em;
overflow-wrap:anywhere}
h2{font-size:15px;font-weight:600;margin:0 0 14px}
p{margin:0}.soft{color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:20px 22px;margin-top:18px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(104px,1fr));gap:14px}
.tile b{display:block;font-size:20px;white-space:nowrap;font-weight:600;line-height:1.25;
letter-spacing:-.01em}
.tile span{color:var(--soft);font-size:13px}
.bar{display:flex;height:14px;border-radius:7px;overflow:hidden;background:var(--unsent)}
.bar i{display:block;min-width:2px}
.key{display:grid;grid-template-columns:repeat(auto-fill,minmax(205px,1fr));gap:6px 26px;
margin-top:16px}
.key div{display:flex;align-items:baseline;gap:8px}
.key i{flex:none;width:10px;height:10px;border-radius:3px}
.key b{font-weight:600;margin-left:auto}.key small{color:var(--soft);min-width:52px;
text-align:right;white-space:nowrap}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{fill:var(--soft);font-size:11px}
.grid{stroke:var(--line);stroke-width:1}
table{border-collapse:collapse;width:100%}
th{font-weight:500;color:var(--soft);font-size:13px;text-align:left;padding:0 12px 6px 0}
td{border-top:1px solid var(--line);padding:7px 12px 7px 0;vertical-align:top;
overflow-wrap:anywhere}
td.n,th.n{text-align:right;white-space:nowrap}td:last-child,th:last-child{padding-right:0}
.gauge{width:90px;height:6px;border-radius:3px;background:var(--unsent);margin-top:8px;
overflow:hidden}
.gauge i{display:block;height:100%;background:var(--accent)}
.legend{display:flex;gap:18px;font-size:13px;color:var(--soft);margin-top:8px;flex-wrap:wrap}
.legend i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
footer{color:var(--soft);font-size:13px;margin-top:22px}
@media print{section{break-inside:avoid}body{background:#fff}}
)";
}

}  // namespace tidings::view
