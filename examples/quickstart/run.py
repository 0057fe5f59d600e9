"""Trains two models on scikit-learn's handwritten digits side by side, and keeps the better one.

python run.py                                 runs it on this machine
sagewright run run.py --param depth=4         the same with shallower trees
"""

from typing import Annotated

import pandas as pd
from matplotlib.figure import Figure
from sklearn.base import BaseEstimator
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sagewright import pipeline, step


@step
def load() -> Annotated[pd.DataFrame, "digits"]:
    """Loads 1,797 pictures of handwritten digits, 64 pixels each."""
    digits = load_digits(as_frame=True).frame
    print(f"{len(digits)} digits, {digits.shape[1] - 1} pixels each")
    return digits


@step
def split(
    digits: pd.DataFrame, test_share: float, seed: int
) -> tuple[Annotated[pd.DataFrame, "train"], Annotated[pd.DataFrame, "test"]]:
    """Puts a share of the digits aside for testing."""
    train, test = train_test_split(digits, test_size=test_share, random_state=seed, stratify=digits["target"])
    print(f"{len(train)} digits to train on, {len(test)} to test with")
    return train, test


@step
def train_forest(train: pd.DataFrame, depth: int, seed: int) -> Annotated[BaseEstimator, "model"]:
    """Grows a forest of decision trees."""
    model = RandomForestClassifier(n_estimators=50, max_depth=depth, random_state=seed)
    return model.fit(train.drop(columns="target"), train["target"])


@step
def train_logistic(train: pd.DataFrame, regularization: float) -> Annotated[BaseEstimator, "model"]:
    """Fits a logistic regression."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=regularization, max_iter=1000))
    return model.fit(train.drop(columns="target"), train["target"])


@step
def evaluate(name: str, model: BaseEstimator, test: pd.DataFrame) -> Annotated[float, "accuracy"]:
    """Tests a model on digits that it has not seen."""
    accuracy = float(model.score(test.drop(columns="target"), test["target"]))
    print(f"accuracy of the {name}: {accuracy:.3f}")
    return accuracy


@step
def pick_best(
    names: list[str], models: list[BaseEstimator], accuracies: list[float]
) -> tuple[Annotated[BaseEstimator, "model"], Annotated[dict[str, float], "accuracies"]]:
    """Keeps the model with the highest accuracy."""
    best = max(range(len(names)), key=lambda index: accuracies[index])
    print(f"the {names[best]} is best, with an accuracy of {accuracies[best]:.3f}")
    return models[best], dict(zip(names, accuracies, strict=True))


@step
def draw(model: BaseEstimator, test: pd.DataFrame) -> Annotated[Figure, "confusion_matrix"]:
    """Draws which digits the model takes for which."""
    figure = Figure(figsize=(5, 4), layout="constrained")
    ConfusionMatrixDisplay.from_estimator(
        model, test.drop(columns="target"), test["target"], ax=figure.subplots(), cmap="Blues"
    )
    return figure


@pipeline
def digits(depth: int = 8, regularization: float = 0.1, test_share: float = 0.4, seed: int = 7):
    """Trains a forest and a logistic regression on handwritten digits, and keeps the better one."""
    train, test = split(load(), test_share, seed)
    forest = train_forest(train, depth, seed)
    logistic = train_logistic(train, regularization)
    forest_accuracy = evaluate.with_options(name="evaluate_forest")("forest", forest, test)
    logistic_accuracy = evaluate.with_options(name="evaluate_logistic")("logistic regression", logistic, test)
    best, _ = pick_best(["forest", "logistic regression"], [forest, logistic], [forest_accuracy, logistic_accuracy])
    draw(best, test)


if __name__ == "__main__":
    run = digits()
    for name, accuracy in run.artifact("pick_best", "accuracies").items():
        print(f"{name:<20} {accuracy:.3f}")
    print(f"the picture: sagewright artifact get draw --run {run.id}")
