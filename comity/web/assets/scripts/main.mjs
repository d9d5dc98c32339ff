// Comfort only: every page works without this file.
import { Button, CharacterCount, createAll, ErrorSummary, NotificationBanner, PasswordInput, ServiceNavigation, SkipLink } from "govuk-frontend";
import "htmx.org"; // set up in base.html: no style of its own, no history, nothing but fragments that went well
import { conditions } from "./conditions.mjs";
import { unsaved } from "./unsaved.mjs";
import { upload } from "./upload.mjs";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
const words = document.documentElement.dataset;
for (const part of [Button, CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]) createAll(part);
createAll(PasswordInput, {
  i18n: { showPassword: words.show, hidePassword: words.hide, showPasswordAriaLabel: words.showPassword, hidePasswordAriaLabel: words.hidePassword, passwordShownAnnouncement: words.passwordShown, passwordHiddenAnnouncement: words.passwordHidden },
});
conditions(document);
unsaved(document);
upload(document);
