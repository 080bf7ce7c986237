"""The role profiles carry the documented names."""

from tracker.roles.profiles import PROFILES, other_role
from tracker.roles.states import RoleProfileKey


def test_the_documented_responsibilities_in_their_order() -> None:
    documented = {
        RoleProfileKey.ML_ENGINEER: {
            "model_design": "Model Design and Development",
            "data_handling": "Data Handling",
            "experimentation": "Experimentation",
            "algorithm_optimization": "Algorithm Optimization",
            "prototyping": "Prototyping",
        },
        RoleProfileKey.MLOPS_ENGINEER: {
            "ci_cd_ml": "CI/CD for ML",
            "infrastructure": "Infrastructure Management",
            "monitoring": "Monitoring and Alerting",
            "reproducibility": "Version Control and Reproducibility",
            "scalability": "Scalability and Efficiency",
            "collaboration": "Collaboration",
        },
    }
    found = {
        role: [(entry.key, entry.title) for entry in profile.responsibilities] for role, profile in PROFILES.items()
    }
    assert found == {role: list(entries.items()) for role, entries in documented.items()}


def test_each_profile_speaks_for_itself() -> None:
    for role, profile in PROFILES.items():
        assert profile.key is role
        assert profile.name == role.label
        assert profile.question.endswith("?")
        assert all(entry.covers.endswith(".") for entry in profile.responsibilities)
        assert profile.responsibility("nothing") is None


def test_there_are_two_roles() -> None:
    assert other_role(RoleProfileKey.ML_ENGINEER).key is RoleProfileKey.MLOPS_ENGINEER
    assert other_role(RoleProfileKey.MLOPS_ENGINEER).key is RoleProfileKey.ML_ENGINEER
