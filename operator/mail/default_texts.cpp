#include "operator/mail/template.hpp"

namespace guildhall::mail {

const Texts& default_invitation() {
  static const Texts texts{.subject = "Your invitation to {{organization}}",
                           .text = R"(Hello {{displayName}},

{{inviter}} invites you to join {{organization}} as {{role}}.

Open this link to see the invitation, and to accept or decline it:

{{link}}

The link works once, for {{ttl}}, until {{expiresAt}}.
It is meant for you alone. Please do not pass it on.

If you did not expect this mail, you can ignore it: nothing happens unless you accept.
)",
                           .html = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your invitation to {{organization}}</title>
</head>
<body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;background:#ffffff">
<main style="max-width:36em;margin:0 auto">
<h1 style="font-size:22px">Your invitation to {{organization}}</h1>
<p>Hello {{displayName}},</p>
<p>{{inviter}} invites you to join <strong>{{organization}}</strong> as <strong>{{role}}</strong>.</p>
<p><a href="{{link}}" style="display:inline-block;padding:12px 20px;border-radius:6px;color:#ffffff;background:#1f4fa3;text-decoration:none;font-weight:bold">See the invitation</a></p>
<p>Or copy this address into your browser:<br><a href="{{link}}" style="color:#1f4fa3;word-break:break-all">{{link}}</a></p>
<p>The link works once, for {{ttl}}, until {{expiresAt}}. It is meant for you alone. Please do not pass it on.</p>
<p>If you did not expect this mail, you can ignore it: nothing happens unless you accept.</p>
</main>
</body>
</html>
)"};
  return texts;
}

}  // namespace guildhall::mail
