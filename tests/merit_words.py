"""The words of the merit world: what its six categories sell, what landing pages say without saying anything, what terms
state, what people comment. Data only; `merit_cast.py` deals them out.

Sentences that state something on a topic come as pairs, stated and denied. Commenters who report one failure do so in
words of their own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """What the products of one category have in common, so that they can be compared."""

    category: str
    things: tuple[str, ...]  # what they are, in the words of such products
    noun: str  # "platform": stands behind the thing
    base: float  # USD a month, the middle price of the first paid plan
    unit: str  # "user", or empty: a price for all
    limit: int  # the middle of what free plans give
    counted: str  # of what
    parts: tuple[str, ...]  # what such a product is made of
    terms: tuple[str, ...]  # topics a repository of it has


FIELDS = (
    Field("observability", ("uptime monitoring", "error tracking", "log management", "cron monitoring"), "platform", 24, "", 50_000, "events", ("alert rules", "a status page", "on-call rotation", "trace search", "incident notes"), ("observability", "monitoring")),
    Field("database", ("time series database", "vector database", "key value store", "graph database"), "engine", 49, "", 5, "GB of storage", ("SQL queries", "replication", "point-in-time recovery", "secondary indexes", "a query planner"), ("database",)),
    Field("testing", ("load testing", "end to end testing", "visual regression testing", "API testing"), "tool", 18, "user", 500, "test runs", ("test recorder", "parallel runs", "flaky test reports", "coverage maps", "a mock server"), ("testing", "test-automation")),
    Field("security", ("vulnerability scanner", "secret scanning security", "compliance automation", "threat detection"), "platform", 35, "", 20, "scanned repositories", ("policy checks", "audit log", "dependency advisories", "attack paths", "risk reports"), ("security", "security-tools")),
    Field("project-management", ("issue tracker", "sprint planning", "task management", "project planning"), "software", 9, "user", 250, "open tasks", ("kanban board", "backlog", "milestones", "time estimates", "a roadmap view"), ("project-management",)),
    Field("ai-model", ("language model", "embedding model", "speech model", "vision language model"), "model", 0, "", 0, "", ("tool calling", "long context", "quantized weights", "a tokenizer", "benchmarks"), ("llm-model",)),
)  # fmt: skip

FIRST = """arden birch calder dovetail elara fennel garnet hollis isolde jarrow kelda linnet maren norrin osprey perrin
quillon rowan sedge teasel ulmer verity wexford yarran zinnia aspen brindle corrie dunmore esker farrow glint heron
ingram jasper kittiwake lapwing moss nettlebed orrin""".split()
SECOND = """works base line point mark field path craft beam grid hold keep loop node pulse rail scope shift span trail
watch yield zone frame bridge""".split()

WHO = ("small teams", "platform engineers", "solo founders", "agencies", "data engineers", "mobile developers", "open-source maintainers", "internal tools teams", "game studios", "public bodies")  # fmt: skip
HOW = ("that runs beside what you have", "with one configuration file", "for people who are on call", "you can read in an afternoon", "that starts in a minute", "kept in plain files", "with few moving parts", "for work that must not stop")  # fmt: skip

# ------------------------------------------------------------------------------------------- what talkative pages say

SUPERLATIVES = (
    "The world's most loved {thing} has arrived, and nothing will ever be the same.",
    "{name} is the ultimate {thing} experience, reimagined from the ground up for the way modern teams dream.",
    "Say goodbye to busywork and hello to the future of {thing}.",
    "Blazingly fast. Ridiculously simple. Unapologetically {name}.",
    "We obsess over every pixel so that you can obsess over what truly matters.",
    "Unlock your team's full potential with next-generation {thing}.",
    "Experience {thing} that feels like magic from the very first click.",
    "Trusted by visionaries, loved by builders, feared by the old way of doing things.",
    "Join the movement of {who} who refuse to settle for less than extraordinary.",
    "{name} turns chaos into clarity and clarity into momentum.",
    "Best in class, second to none, and always one step ahead of tomorrow.",
    "Why crawl when you can fly? {name} gives {who} wings.",
    "A revolutionary approach that changes how {who} think about {thing} for ever.",
    "Crafted with love, powered by ambition, designed for greatness.",
    "Everything you need and nothing you do not, in one gorgeous place.",
    "Supercharge your workflow and watch your productivity soar to new heights.",
    "Our award-winning approach blends elegance with raw power.",
    "Be the hero your team deserves: bring {name} to work tomorrow morning.",
    "The smartest {who} on the planet are already talking about {name}.",
    "From first spark to global scale, {name} grows with your wildest ambitions.",
    "Delightful by design, dependable by nature, dazzling in every detail.",
    "Stop juggling tools. Start shaping the future with {name}.",
    "You bring the vision and {name} brings the velocity.",
    "An effortless journey that starts with a smile and ends with results.",
    "There is a before {name}, and there is an after {name}.",
    "Your competitors would rather you never heard of this page.",
    "Made for dreamers, doers and everybody in between.",
    "It is not just {thing}. It is a whole new state of mind.",
    "Powerful enough for giants, friendly enough for your grandmother.",
    "Discover why {who} everywhere call {name} a game changer.",
    "With {name}, the impossible becomes a Tuesday.",
    "Seamless, limitless, priceless: three words our community keeps repeating.",
    "We believe that great {thing} is a right and not a privilege.",
    "Ignite collaboration, spark innovation and fan the flames of success.",
    "One platform. One team. One incredible story, and it is yours.",
    "Feel the difference that true craftsmanship makes to your working day.",
    "The only {thing} partner you will ever need on your road to excellence.",
    "Bold ideas deserve bold tools, and no tool is bolder than {name}.",
    "Relax: your next big breakthrough is only a click away.",
    "Rethink what is possible when {thing} finally gets out of your way.",
    "Loved from coast to coast and from kick-off to launch day.",
    "Turn every stakeholder into a fan and every deadline into a celebration.",
)  # fmt: skip
HEADINGS = ("Built different", "Why teams love us", "Made for momentum", "Reach further", "Less noise, more wow", "Feel the flow", "Your success, our mission", "Engineered for joy", "Beyond expectations", "Ready when you are")  # fmt: skip
BUTTONS = ("Start your journey", "Get a demo", "Try it now", "See it in action", "Talk to us", "Join the waitlist", "Watch the film", "Claim your seat", "Get started today", "Explore the tour", "Meet the team", "Unlock early access")  # fmt: skip
TESTIMONIALS = (
    "I honestly do not know how we ever lived without {name}. It has changed everything about how we work together.",
    "Within a single week our whole team was smiling again. {name} is pure joy and I would recommend it to anybody.",
    "My only regret is that we did not find {name} years ago, because it would have saved us so much grief.",
    "We tried everything else on the market and nothing even comes close to the experience {name} gives us.",
    "The moment I saw {name} I knew that our search was over. Our executives are thrilled with it every day.",
    "{name} pays for itself ten times over. It is the best decision our department has made in a decade.",
    "I have been in this business for twenty years and have never been so excited about {thing} before.",
    "Support that feels like family and a product that feels like the future. Five stars are not enough.",
    "Our customers noticed the difference before we had even announced that we were using {name}.",
    "It is rare that a tool makes you proud of your own work. {name} does it every single morning.",
    "If you are still on the fence about {name}, jump. You will land somewhere wonderful.",
    "Everyone asks what our secret is. Well, now you know: it is {name}, and it is glorious.",
)  # fmt: skip
PEOPLE = ("Ines K., head of platform", "R. Adeyemi, founder", "Lotte V., engineering lead", "Marco S., product", "Jun T., staff engineer", "Freya O., operations", "Paulo N., consultant", "Wanda H., director of delivery")  # fmt: skip
STATISTICS = ("{n},000+ happy teams", "{n}x faster than the old way", "{n} % less stress", "{n} million moments of delight", "{n} countries and counting", "4.9 out of 5 hearts", "99 % would recommend us", "{n} awards this season")  # fmt: skip
QUESTIONS = (
    ("Is {name} right for me?", "If you care about {thing} and want to feel great about it, then the answer is a heartfelt yes. Thousands of {who} have already made up their minds, and we cannot wait to welcome you too."),
    ("How quickly will I see results?", "Most people tell us that they feel the difference within minutes. Of course every journey is unique, but we are with you at every step of yours."),
    ("What makes you different?", "Passion. We started {name} because we were tired of compromise, and we wake up every day determined to make something that people adore."),
    ("Do I need to be technical?", "Not at all. {name} was made for humans first, and anybody with curiosity and a browser can be brilliant with it."),
    ("Can my team grow with you?", "Absolutely. From two people around a kitchen table to a global enterprise, {name} scales with your ambition and never holds you back."),
    ("Where is this going?", "To the moon. Our vision is bold, our plans are exciting, and the best is always yet to come for {who} everywhere."),
    ("Who is behind {name}?", "A passionate crew of makers, thinkers and coffee lovers who share one dream: to give {who} the {thing} that they truly deserve."),
)  # fmt: skip

# ------------------------------------------------------------------------------------------- what docs and terms state

# topic -> (page, what it says of what is so, what it says of what is not so, how a landing page sells it)
TOPICS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], str]] = {
    "export": ("docs", (
        "You can export all of your data as CSV or JSON at any time, from Settings or with the command export.",
        "Everything in a workspace can be exported to a ZIP archive of JSON files; there is no limit to how often.",
        "Export: run the export command to write every record to CSV files on your disk.",
    ), (
        "There is no export yet. Write to us if you need your data, and we will see what we can do.",
        "Data cannot be exported from the application at the moment.",
        "Exporting data is not supported on any plan.",
    ), "Export all your data as CSV whenever you like."),
    "cancel": ("terms", (
        "You may cancel at any time; your plan then ends with the current month and nothing further is charged.",
        "Cancellation takes effect at the end of the billing month and needs no notice.",
        "Subscriptions can be cancelled at any time in the billing settings.",
    ), (
        "Subscriptions run for twelve months and cannot be cancelled before the end of the term.",
        "A subscription renews for a further year unless cancelled in writing ninety days before its end.",
        "Early cancellation is not possible; the fees of the whole term remain due.",
    ), "Cancel any time."),
    "refund": ("terms", (
        "If you are not satisfied we refund your last payment within 30 days.",
        "Payments can be refunded in full within 30 days after they were made.",
    ), (
        "All fees are non-refundable.",
        "We do not offer refunds, also not for unused months.",
    ), "Money back within 30 days."),
    "no_training": ("terms", (
        "We do not use your content to train machine learning models, and do not let others do so.",
        "Customer data is never used for training of models.",
    ), (
        "We may use content that you upload to train and improve our models.",
        "By using the service you grant us the right to train models on your data.",
    ), "Your data is never used to train models."),
    "data_region": ("terms", (
        "Data is stored in the European Union, in Frankfurt, and does not leave it.",
        "You choose the region in which your data is stored: EU, US or Australia.",
    ), (
        "We do not offer a choice of region; data may be stored in any country in which our providers operate.",
    ), "Choose the region where your data lives."),
    "sla": ("terms", (
        "Paid plans come with a service level agreement of 99.9 % uptime; below it we credit ten per cent of the month.",
        "We commit to 99.95 % monthly uptime in our service level agreement.",
    ), (
        "The service is provided as is, without a service level agreement or any commitment to uptime.",
    ), "99.9 % uptime by contract."),
    "api": ("docs", (
        "Everything that the interface does can be done over the REST API; see the reference for its endpoints.",
        "The HTTP API takes and returns JSON and is open to all plans.",
    ), ("There is no public API at this time.",), "A REST API for everything."),
    "offline": ("docs", (
        "It works offline: changes are kept locally and sent when there is a connection again.",
        "No network is needed after installation; everything runs on your machine.",
    ), ("An internet connection is required; there is no offline mode.",), "Works offline."),
    "sso": ("docs", (
        "Single sign-on with SAML or OpenID Connect is part of the team plan.",
        "SSO over OpenID Connect can be switched on by an administrator.",
    ), ("Single sign-on is not supported.",), "Single sign-on included."),
    "self_host": ("docs", (
        "You can host {name} yourself: the container image holds everything, and needs 1 GB of memory.",
        "Self-hosting: start the binary on your own server; no licence key is asked for.",
    ), ("{name} is a hosted service and cannot be self-hosted.",), "Host it yourself."),
}  # fmt: skip
DOCS_FILLER = (
    "Install {name}, then start it once to create its configuration file.",
    "The configuration file holds one section for each project; unknown keys are reported and stop the start.",
    "Logs are written to standard error in one line each, so that they can be collected by whatever you use.",
    "Version numbers follow semantic versioning, and each minor version is kept alive for half a year.",
)  # fmt: skip
TERMS_FILLER = (
    "These terms are between you and the maker of {name}.",
    "You are responsible for keeping your access credentials to yourself.",
    "We tell you of changes to these terms thirty days before they take effect.",
    "The courts at the seat of the maker decide on disputes.",
)  # fmt: skip
PRIVACY_FILLER = (
    "We keep the address you register with, and delete it thirty days after you close your account.",
    "Our pages set one cookie, for the session.",
    "Ask us by mail what we hold about you.",
)
NOTES = ("Fixed a crash at start with an empty configuration.", "Faster start, and less memory with many projects.", "New: filters can be saved and shared.", "Several small fixes to dates and time zones.", "Dependencies brought up to date.", "Clearer messages where a key is missing.", "New command that checks a configuration.")  # fmt: skip

# ---------------------------------------------------------------------------------------------------- what others write

# One failure each, as different people report it.
FAILURES = (
    (
        "I imported about 4k rows from CSV and a third of them came out twice. Deleting the duplicates by hand took me the evening.",
        "Same here with the importer: duplicate records everywhere after the second CSV import.",
        "Careful with the CSV import, it duplicated half of our records and there is no undo.",
        "Tried importing our CSV (12 MB). It created duplicates, then timed out.",
        "The import is broken for me as well. Every row of the CSV shows up as two records.",
        "Our import also ended with doubled rows, support said they know about it since spring.",
    ),
    (
        "It logged me out in the middle of setup and everything I had entered was lost. Twice.",
        "Lost an hour of work when the session expired. Nothing was saved.",
        "Heads up: unsaved changes are lost whenever the session times out, which is every few minutes for me.",
        "Anyone else being logged out constantly? I lost my changes three times today.",
        "Session expired, work gone. Not what I expect of something I pay for.",
        "The session timeout loses data. I reported it a month ago and got no answer.",
    ),
    (
        "Gets painfully slow with more than 10k items. Our page takes 40 seconds to load.",
        "Nice idea but with our 30k items it is so slow that nobody wants to use it.",
        "We left because of how slow it is. Loading one page with a few thousand items took half a minute.",
        "Performance falls off a cliff: 15k items and each click takes ten seconds.",
        "Is anybody using this with real amounts of items? For us it is too slow to load at all.",
        "Slow. Really slow. 20k items, 25 seconds to load the list.",
    ),
    (
        "The alerts simply did not arrive last Tuesday when our server was down for two hours.",
        "We had an outage and got no alert at all, found out from a customer.",
        "Alerts are unreliable: about one in five never arrived during our trial.",
        "Missed alerts here too. The log says sent, nothing arrived in Slack or mail.",
        "No alert for a three hour outage. I went back to a cron job and curl.",
        "Be aware that alerts go missing when there are many at once, we lost several.",
    ),
    (
        "I was charged after cancelling the trial and it took five mails to get the money back.",
        "They charged my card for a year although I had cancelled the trial. Still waiting.",
        "Watch out, cancelling the trial does not stop the charge. Happened to a colleague and me.",
        "Cancelled on day 3 of the trial, charged on day 14 anyway.",
        "Same story: trial cancelled, card charged, no reply to my mails.",
        "Charged for a trial I had cancelled. I had to dispute it with my bank.",
    ),
    (
        "The Docker image fails to start on arm64 with a missing library error.",
        "Could not get it to start: the container exits with an error about a missing shared library.",
        "Install fails on my M2, the image does not start and the docs do not mention it.",
        "Does not start for me on arm64 either, same missing library.",
        "Followed the quickstart word for word and the container crashes at start.",
        "Tried the install on two machines, the container will not start on either one.",
    ),
)  # fmt: skip
PRAISE = (
    "We have been running this for 8 months with 40 people. It went down once, for six minutes, and they wrote a proper post mortem.",
    "Moved over from a spreadsheet and three scripts in an afternoon. The diff view alone saved us a release last week.",
    "Ran it on a 4 GB box with 2M rows, queries stay below 30 ms. Impressive for something this small.",
    "I reported a bug on Friday night and the fix was out on Saturday morning. That is why I pay for it.",
    "Read the code before I tried it: small, well tested, sensible errors. Rare.",
    "Cut our nightly run from 50 minutes to 11 without changing anything on our side.",
    "The export really exports everything, I checked by importing it again into a fresh instance.",
    "The documentation answered every question I had before I asked it, including backups and upgrades.",
    "Upgraded through five versions on our server without a single broken migration.",
    "Replaced a product for which we paid 600 a month and miss exactly one feature.",
    "We use it for about 120 repositories, setup took ten minutes each for the first two and seconds after that.",
    "Works behind our proxy without internet access, which none of the others did.",
)  # fmt: skip
NOISE = (
    "Congrats on the launch!",
    "Looks nice, will have a look at the weekend.",
    "The font on the landing page is hard to read on my phone.",
    "I love the name.",
    "Bookmarked.",
    "Why is it always the same colours these days?",
    "Somebody has to say it: what a time to be alive.",
    "Cool project, good luck with it.",
    "I had an idea like this in 2019 and never built it.",
    "The video does not play in Firefox for me.",
    "Upvoted for the honest title.",
    "Reminds me of something we had at my first job.",
    "Signed up, curious where this goes.",
)  # fmt: skip
TROLLS = (
    "Yet another one of these. Nobody needs this.",
    "I could build this in a weekend.",
    "Written by an AI, sold to people who do not know better.",
    "This is just a wrapper around something free.",
    "Show HN has really gone downhill.",
    "Dead in a year, calling it now.",
)  # fmt: skip
ASKED = (
    "How does this compare with {other}?",
    "Is there a way to get the data out again if we leave?",
    "What happens when the free plan is used up, does it stop or cost?",
    "Do you plan to support Windows?",
    "Which database do you use underneath?",
    "Is there a roadmap somewhere?",
    "How do you make money with this?",
    "Can it run next to our existing setup for a while?",
)  # fmt: skip
ANSWERED = (
    "Author here. Good question: it does today, and the page on migration in the docs describes how. Tell me if a step is unclear.",
    "Maker here. Not yet. It is the second item on the public list and I expect it within two months.",
    "Thanks for asking. We tested that last month with two customers; the numbers are in the changelog.",
    "Author here. You keep everything: when the plan is used up it stops and tells you, nothing is charged.",
    "Fair point, I have opened an issue for it and will fix the wording today.",
    "It can. I run it next to another one myself, there is a flag that makes it read only.",
)  # fmt: skip
