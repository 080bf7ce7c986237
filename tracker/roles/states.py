"""The two roles by key."""

from enum import StrEnum


class RoleProfileKey(StrEnum):
    """The two roles that AI teams hire first."""

    ML_ENGINEER = "ml_engineer"
    MLOPS_ENGINEER = "mlops_engineer"

    @property
    def label(self) -> str:
        """The role's name."""
        return {"ml_engineer": "ML Engineer", "mlops_engineer": "MLOps Engineer"}[self.value]

    @property
    def prefix(self) -> str:
        """What requisition numbers of this role start with."""
        return {"ml_engineer": "MLE", "mlops_engineer": "MLOPS"}[self.value]
