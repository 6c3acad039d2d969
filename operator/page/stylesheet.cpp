#include "operator/page/stylesheet.hpp"

namespace guildhall::page {

// All sizes follow the reader's own text size. Every text has a contrast of 4.5 or more to what is behind it, every
// control of 3 or more (WCAG 2.2, 1.4.3 and 1.4.11), in both schemes.
std::string_view stylesheet() {
  return R"css(
:root{color-scheme:light dark;--ground:#f3f4f7;--card:#fff;--line:#dfe2e9;--text:#1b2130;--soft:#535c6f;--accent:#2f4fc4;--on:#fff;--control:#7d8698;--good:#17713f;--lift:0 1px 2px #1b21300f,0 8px 28px #1b213014}
@media(prefers-color-scheme:dark){:root{--ground:#12151c;--card:#1b1f29;--line:#303644;--text:#eceef4;--soft:#a9b1c3;--accent:#93abff;--on:#10142a;--control:#7f889b;--good:#6fd49a;--lift:none}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;gap:1rem;padding:clamp(1.25rem,7vh,4.5rem) 1rem 2rem;background:var(--ground);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;overflow-wrap:anywhere}
header{display:flex;align-items:center;gap:.5rem;width:100%;max-width:33rem;padding:0 .25rem;color:var(--soft);font-weight:600;letter-spacing:.01em}
svg{color:var(--accent);flex:none}
main{width:100%;max-width:33rem;padding:clamp(1.25rem,6vw,2.5rem);background:var(--card);border:1px solid var(--line);border-radius:.875rem;box-shadow:var(--lift)}
.over{margin:0 0 .5rem;color:var(--soft);font-size:.875rem;font-weight:600}
.over.good{color:var(--good)}
h1{margin:0 0 1rem;font-size:clamp(1.375rem,5.5vw,1.75rem);line-height:1.25;font-weight:650;letter-spacing:-.011em;text-wrap:balance}
p{margin:0 0 1rem}
ul{margin:0 0 1rem;padding-left:1.25rem}
li{margin-bottom:.5rem}
dl{margin:1.5rem 0;border-top:1px solid var(--line)}
dl div{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:.125rem 1rem;padding:.75rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}
dd{margin:0}
dd small,.note{color:var(--soft);font-size:.875rem}
dd small{display:block}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0}
.actions form{flex:1 1 9rem}
button,.button{display:block;width:100%;min-height:2.875rem;padding:.625rem 1.25rem;border:1px solid var(--control);border-radius:.5rem;background:transparent;color:var(--text);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button.main,.button.main{background:var(--accent);border-color:var(--accent);color:var(--on)}
button:hover,.button:hover{text-decoration:underline;text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
main>:last-child,li:last-child{margin-bottom:0}
@media(max-width:26rem){dl div{grid-template-columns:minmax(0,1fr)}}
@media(forced-colors:active){button,.button{border-color:ButtonText}}
)css";
}

}  // namespace guildhall::page
