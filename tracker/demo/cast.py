"""Who and what appears in the demo organisation. Everybody and every firm here is invented."""

from dataclasses import dataclass, field

from tracker.accounts.states import Role
from tracker.requisitions.states import Engagement, RoleProfileKey, Workplace

ML, OPS = RoleProfileKey.ML_ENGINEER, RoleProfileKey.MLOPS_ENGINEER
DOMAIN = "demo.example"
PASSWORD = "firsthire-demo"  # noqa: S105 - printed at every start, for invented accounts


@dataclass(frozen=True)
class Player:
    """A user of the demo."""

    key: str
    name: str
    roles: tuple[Role, ...]
    timezone: str = "Europe/Berlin"
    #: Named among the accounts to sign in with.
    leading: str = ""

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.key}@{DOMAIN}"


PLAYERS = (
    Player("admin", "Amara Osei", (Role.ADMIN,), leading="Admin"),
    Player("recruiter", "Tara Kessler", (Role.RECRUITER,), leading="Recruiter"),
    Player("davide", "Davide Moretti", (Role.RECRUITER,), "Europe/Rome"),
    Player("manager", "Maya Lindqvist", (Role.HIRING_MANAGER, Role.INTERVIEWER), leading="Hiring manager"),
    Player("rahul", "Rahul Banerjee", (Role.HIRING_MANAGER, Role.INTERVIEWER), "Asia/Kolkata"),
    Player("sofia", "Sofia Marques", (Role.HIRING_MANAGER,), "Europe/Lisbon"),
    Player("interviewer", "Jonas Okoye", (Role.INTERVIEWER,), leading="Interviewer"),
    Player("petra", "Petra Novák", (Role.INTERVIEWER,), "Europe/Prague"),
    Player("ruth", "Ruth Weiss", (Role.INTERVIEWER,)),
    Player("minh", "Minh Haile", (Role.INTERVIEWER,), "America/New_York"),
)


@dataclass(frozen=True)
class Story:
    """A requisition of the demo and how its year went. Days count back from the day of loading."""

    role: RoleProfileKey
    title: str
    team: str
    manager: str
    recruiter: str
    opened: int
    people: int
    target: int = 45
    openings: int = 1
    #: Days after opening on which somebody who will be hired comes in.
    winners: tuple[int, ...] = ()
    #: "draft", "pending", "stays" (open to this day), "hold" or "cancel" (on the day `then_after` from the opening).
    then: str = ""
    then_after: int = 0
    reason: str = ""
    workplace: Workplace = Workplace.REMOTE
    location: str = ""
    regions: str = "Europe"
    engagement: Engagement = Engagement.EMPLOYEE
    pay: tuple[int, int] = (75_000, 105_000)
    also: tuple[str, ...] = field(default=())


STORIES = (
    Story(OPS, "MLOps Engineer, feature store", "Data platform", "rahul", "davide", 341, 34, 45, 2, (12, 24)),
    Story(ML, "ML Engineer, fraud detection", "Risk", "manager", "recruiter", 302, 38, 40, 1, (16,)),
    Story(ML, "Lead ML Engineer, search", "Search", "sofia", "recruiter", 252, 30, 60, 1, (21,),
          pay=(110_000, 140_000)),
    Story(OPS, "MLOps Engineer, edge devices", "Devices", "rahul", "davide", 204, 22, 45, 1, (), "cancel", 71,
          "The devices project was stopped."),
    Story(ML, "ML Engineer, document understanding", "Documents", "manager", "davide", 163, 33, 45, 1, (14,)),
    Story(OPS, "MLOps Engineer, cost and capacity", "Infrastructure", "manager", "recruiter", 121, 29, 50, 1, (20,)),
    Story(ML, "ML Engineer, speech", "Assistants", "sofia", "recruiter", 88, 31, 60, 1, (), "hold", 76,
          "The budget for the next quarter is being decided."),
    Story(ML, "ML Engineer, ranking", "Search", "manager", "recruiter", 58, 47, 45, 1, (), "stays",
          also=("monitoring",)),
    Story(OPS, "Senior MLOps Engineer, Berlin platform", "ML platform", "manager", "recruiter", 41, 92, 45, 2,
          (1,), "stays",
          workplace=Workplace.HYBRID, location="Berlin", regions="", pay=(85_000, 115_000)),
    Story(ML, "ML Engineer, forecasting", "Supply chain", "rahul", "davide", 23, 44, 45, 1, (), "stays"),
    Story(OPS, "MLOps Engineer, serving", "ML platform", "rahul", "recruiter", 12, 28, 40, 2, (), "stays",
          engagement=Engagement.CONTRACTOR, regions="Europe, India, East Africa", pay=(70_000, 100_000)),
    Story(OPS, "MLOps Engineer, on call at night", "Infrastructure", "manager", "recruiter", 5, 0, then="pending"),
    Story(ML, "ML Engineer, first prototypes", "Labs", "sofia", "davide", 4, 0, then="draft"),
)  # fmt: skip

FIRST_NAMES = (
    "Nneka", "Minh", "Karolina", "Davi", "Siobhán", "Priya", "Fatima", "Lukas", "Rahel", "Hugo", "Ingrid", "Tomás",
    "Ayşe", "Mateusz", "Oluwaseun", "Wenbo", "Lucía", "Ewan", "Hana", "Yusuf", "Chiara", "Bjarne", "Anjali", "Kwame",
    "Leila", "Pavel", "Noor", "Emeka", "Marit", "Tiago", "Zofia", "Imran", "Elif", "Jakub", "Thandiwe", "Rémi",
    "Sanna", "Arjun", "Mei", "Kofi", "Viktor", "Amina", "Ondřej", "Beatriz", "Stellan", "Nadia", "Iker", "Sunniva",
)  # fmt: skip
LAST_NAMES = (
    "Okafor", "Trần", "Wójcik", "Nogueira", "O’Brien", "Raghunathan", "al-Zahra", "Brandt", "Tesfaye", "Marchetti",
    "Solheim", "Etxeberria", "Demirtaş", "Zieliński", "Adeyemi-Clarke", "Lin", "Ferreira", "Macrae", "Kimura", "Haddad",
    "Ricci", "Thorsen", "Iyer", "Mensah", "Rahimi", "Sokolov", "van Dijk", "Eze", "Lindgren", "Carvalho", "Nowak",
    "Qureshi", "Aydın", "Horák", "Dlamini", "Lefèvre", "Virtanen", "Nair", "Chen", "Boateng", "Petrov", "Diallo",
    "Svoboda", "Almeida", "Hedlund", "Benali", "Aguirre", "Bakken",
)  # fmt: skip
COMPANIES = (
    "Kasuwa", "Lotus Chat", "Polmarket", "Banco Roxo", "Payline", "Tiffin", "Safar", "Kleidwerk", "Baraka Mobile",
    "Marchéo", "Nordavis", "Recado", "Çarşı", "Greenbox", "Coral Bank", "Jade Pay", "Fjordkraft Data", "Helia Health",
    "Ostra Logistics", "Quillon", "Sable Insurance", "Tern Robotics", "Vantis", "Wren Analytics",
)  # fmt: skip
TITLES = {
    ML: (
        "Machine Learning Engineer", "Data Scientist", "Research Engineer", "Senior ML Engineer", "Applied Scientist",
        "NLP Engineer", "Computer Vision Engineer", "Working student, data science",
    ),
    OPS: (
        "MLOps Engineer", "Platform Engineer", "DevOps Engineer", "Site Reliability Engineer", "Data Engineer",
        "Cloud Engineer", "Senior MLOps Engineer", "ML Platform Engineer",
    ),
}  # fmt: skip
PLACES = (
    ("Berlin", "Europe/Berlin"), ("Lagos", "Africa/Lagos"), ("Kraków", "Europe/Warsaw"),
    ("São Paulo", "America/Sao_Paulo"),
    ("Dublin", "Europe/Dublin"), ("Bengaluru", "Asia/Kolkata"), ("Oslo", "Europe/Oslo"), ("Barcelona", "Europe/Madrid"),
    ("İzmir", "Europe/Istanbul"), ("Nairobi", "Africa/Nairobi"), ("Lyon", "Europe/Paris"), ("Porto", "Europe/Lisbon"),
    ("Hà Nội", "Asia/Ho_Chi_Minh"), ("Toronto", "America/Toronto"), ("Prague", "Europe/Prague"),
    ("Accra", "Africa/Accra"),
)  # fmt: skip
SOURCES = {
    "sourced": ("LinkedIn", "GitHub", "conference talk", "open-source commits", "people we know"),
    "applied": ("careers page", "job board", "agency"),
    "referred": ("Jonas Okoye", "Petra Novák", "Ruth Weiss", "Rahul Banerjee"),
}
NOTICES = ("can start at once", "4 weeks", "6 weeks", "3 months", "3 months to the end of a quarter")
PERMITS = ("EU citizen", "EU Blue Card", "needs sponsorship", "permanent residence")
NOTES = (
    "Prefers e-mail, answers in the evening.",
    "Asked about the on-call rota and how models get to production.",
    "Would work four days a week.",
    "Knows two people of the team from a meetup.",
    "Wants to see the data before talking about methods, which is a good sign.",
)
PUT_FORWARD = (
    "Strong on what we lack, and keen to start.",
    "The calmest of the three in the panel; asks good questions back.",
    "Less experience than others, and learns fast: see what the assessors wrote.",
    "Has another offer on the table, so a quick answer would help.",
)
WAITS = ("Take-home until the end of the week", "On holiday until next week", "Backup while the first offer is out")

#: What assessors wrote, by responsibility: good evidence first, then middling, then thin.
EVIDENCE: dict[str, tuple[str, str, str]] = {
    "model_design": (
        "Built the ranking model from the loss function up, and could say why each choice was made.",
        "Trained solid models from a template; design questions were answered in general terms.",
        "Has only called ready-made models.",
    ),
    "data_handling": (
        "Found the leak in the sample data within ten minutes and explained how to collect it better.",
        "Careful with joins and missing values; features came from others.",
        "Took the table as given, twice.",
    ),
    "experimentation": (
        "Writes hypotheses down first; showed a log of 60 runs and what each one ruled out.",
        "Compares runs, but on one split and by one number.",
        "Could not say how they would know that it got better.",
    ),
    "algorithm_optimization": (
        "Cut latency to a third by pruning, measured what it cost in accuracy, and chose with the product team.",
        "Has tuned learning rates and sizes by search.",
        "Would buy a larger machine.",
    ),
    "prototyping": (
        "Turned a paper into tested code in the session; the tests came before the tricks.",
        "A working notebook, without tests.",
        "Drew boxes; no code came of it.",
    ),
    "ci_cd_ml": (
        "Moved 14 models from hand-run notebooks to tested pipelines; a retrain now takes 40 minutes, unattended.",
        "Ran pipelines that others had set up, and mended them at night.",
        "Deploys by hand and is at ease with that.",
    ),
    "infrastructure": (
        "Runs GPU node pools on two clouds; the spot strategy saved a third.",
        "Knows one cloud well, mostly through its console.",
        "Has asked the platform team for machines so far.",
    ),
    "monitoring": (
        "Drift detectors on 14 models, paged through on-call; told us of the false-alarm rate unasked.",
        "Dashboards and system health; data drift in one project only.",
        "Looks when somebody complains.",
    ),
    "reproducibility": (
        "Any training of the last two years can be run again from its hash.",
        "Has a model registry; data versions go “mostly by date”.",
        "The seed is fixed, the data is not.",
    ),
    "scalability": (
        "Showed the load test, the bottleneck and the bill before and after.",
        "Scales by replicas; batching was new to them.",
        "Has not met load so far.",
    ),
    "collaboration": (
        "Two data scientists named them as the reason their models ship.",
        "Works well with engineers, waits for data scientists to ask.",
        "Blames the other team in each story.",
    ),
}
