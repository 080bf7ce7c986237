"""The two documented role profiles: what each role is for, and its responsibilities.

The names of the responsibilities are the documented ones; a requisition's checklist starts as a copy of them.
"""

from dataclasses import dataclass

from tracker.roles.states import RoleProfileKey


@dataclass(frozen=True)
class Responsibility:
    """One documented responsibility: `key` stays, `title` and `covers` are copied and may be reworded there."""

    key: str
    title: str
    covers: str


@dataclass(frozen=True)
class RoleProfile:
    """One of the two roles, with what to say to somebody who has to choose between them."""

    key: RoleProfileKey
    name: str
    #: What the role concentrates on, as a sentence.
    focus: str
    #: The question that this role answers for an organisation.
    question: str
    #: When an organisation needs this role first, as a sentence.
    needed_when: str
    responsibilities: tuple[Responsibility, ...]

    def responsibility(self, key: str) -> Responsibility | None:
        """The responsibility with that key, or None."""
        return next((entry for entry in self.responsibilities if entry.key == key), None)


ML_ENGINEER = RoleProfile(
    key=RoleProfileKey.ML_ENGINEER,
    name=RoleProfileKey.ML_ENGINEER.label,
    focus="Builds the models: turns a question and a heap of data into something that predicts.",
    question="Can we build a valuable model?",
    needed_when="You are exploring whether machine learning can work for you, and need first prototypes.",
    responsibilities=(
        Responsibility(
            "model_design",
            "Model Design and Development",
            "Takes machine-learning algorithms from a first idea through to trained models.",
        ),
        Responsibility(
            "data_handling",
            "Data Handling",
            "Plans what data to collect, engineers features and prepares the data for modelling.",
        ),
        Responsibility(
            "experimentation",
            "Experimentation",
            "Works in iterations: tests hypotheses, measures performance, compares approaches.",
        ),
        Responsibility(
            "algorithm_optimization",
            "Algorithm Optimization",
            "Tunes models so that they are accurate, efficient and hold up on data they have not seen.",
        ),
        Responsibility(
            "prototyping",
            "Prototyping",
            "Turns theory and insight from the data into working code that can be tested.",
        ),
    ),
)

MLOPS_ENGINEER = RoleProfile(
    key=RoleProfileKey.MLOPS_ENGINEER,
    name=RoleProfileKey.MLOPS_ENGINEER.label,
    focus="Runs the models: brings them into production and keeps them dependable there.",
    question="Can we run our models reliably, and at scale?",
    needed_when="You have prototypes or a first model in use, and now need scale, reliability and steady delivery.",
    responsibilities=(
        Responsibility(
            "ci_cd_ml",
            "CI/CD for ML",
            "Builds pipelines that integrate, deliver and retrain models continuously.",
        ),
        Responsibility(
            "infrastructure",
            "Infrastructure Management",
            "Runs the cloud and on-premise systems that train, deploy and serve models at scale.",
        ),
        Responsibility(
            "monitoring",
            "Monitoring and Alerting",
            "Watches model performance, data drift, concept drift and system health as they happen.",
        ),
        Responsibility(
            "reproducibility",
            "Version Control and Reproducibility",
            "Keeps versions of models, data and code, so that every experiment and release can be audited.",
        ),
        Responsibility(
            "scalability",
            "Scalability and Efficiency",
            "Makes production fast, affordable and able to withstand failures.",
        ),
        Responsibility(
            "collaboration",
            "Collaboration",
            "Connects the people who build models with data scientists, IT and operations.",
        ),
    ),
)

PROFILES: dict[RoleProfileKey, RoleProfile] = {
    RoleProfileKey.ML_ENGINEER: ML_ENGINEER,
    RoleProfileKey.MLOPS_ENGINEER: MLOPS_ENGINEER,
}


def other_role(role: RoleProfileKey) -> RoleProfile:
    """The profile of the role that `role` is not."""
    return next(profile for key, profile in PROFILES.items() if key != role)
