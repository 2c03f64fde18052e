"""Logistic regression with normal priors, and predictions averaged over what is not known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit

FloatArray = npt.NDArray[np.float64]

_STEPS: Final = 50


@dataclass(frozen=True)
class Prior:
    """Independent normal priors of the coefficients.

    Parameters
    ----------
    mean, variance
        Shape (K,), on the log-odds scale.
    """

    mean: FloatArray
    variance: FloatArray


@dataclass(frozen=True)
class LogisticFit:
    """Normal approximation of what is known of the coefficients.

    Parameters
    ----------
    coefficients
        Shape (K,): the most probable ones.
    covariance
        Shape (K, K): the inverse of minus the second derivative there.
    """

    coefficients: FloatArray
    covariance: FloatArray

    def log_odds(self, design: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Predict the log odds of being met, and how far they shrink for want of evidence.

        Parameters
        ----------
        design
            Shape (n, K).

        Returns
        -------
        eta, shrink
            Shape (n,): the log odds at the most probable coefficients, and the factor
            1 / sqrt(1 + pi v / 8), v their variance, by which the average over the coefficients
            lies nearer to even odds.

        References
        ----------
        MacKay (1992), The evidence framework applied to classification networks.
        doi:10.1162/neco.1992.4.5.720
        """
        eta = design @ self.coefficients
        variance = np.einsum("ij,jk,ik->i", design, self.covariance, design)
        return eta, 1.0 / np.sqrt(1.0 + np.pi * variance / 8.0)


def fit_logistic(
    met: FloatArray, design: FloatArray, *, weights: FloatArray, prior: Prior
) -> LogisticFit:
    """Fit by Newton's method; the priors make the maximum unique, whatever the data.

    Parameters
    ----------
    met
        Shape (n,), 1 or 0.
    design
        Shape (n, K).
    weights
        Shape (n,): how many independent cases each row stands for.
    prior
        Of the K coefficients.

    Examples
    --------
    >>> prior = Prior(np.zeros(1), np.full(1, 2.0))
    >>> none = fit_logistic(np.empty(0), np.empty((0, 1)), weights=np.empty(0), prior=prior)
    >>> float(none.coefficients[0]), float(none.covariance[0, 0])
    (0.0, 2.0)
    """
    beta = prior.mean.astype(float)
    objective = _objective(beta, met, design, weights, prior)
    for _ in range(_STEPS):
        p = np.asarray(expit(design @ beta))
        gradient = design.T @ (weights * (met - p)) - (beta - prior.mean) / prior.variance
        step = np.linalg.solve(_curvature(p, design, weights, prior), gradient)
        size = 1.0
        while (after := _objective(beta + size * step, met, design, weights, prior)) < objective:
            size /= 2
            if size < 1e-12:
                after = objective
                break
        beta = beta + size * step
        objective = after
        if np.max(np.abs(step), initial=0.0) < 1e-13:
            break
    p = np.asarray(expit(design @ beta))
    covariance = np.linalg.inv(_curvature(p, design, weights, prior))
    return LogisticFit(beta, np.asarray(covariance, dtype=float))


def _objective(
    beta: FloatArray, met: FloatArray, design: FloatArray, weights: FloatArray, prior: Prior
) -> float:
    eta = design @ beta
    log_likelihood = np.sum(weights * (met * eta - np.logaddexp(0.0, eta)))
    return float(log_likelihood - 0.5 * np.sum((beta - prior.mean) ** 2 / prior.variance))


def _curvature(p: FloatArray, design: FloatArray, weights: FloatArray, prior: Prior) -> FloatArray:
    rows = design * (weights * p * (1.0 - p))[:, None]
    return np.asarray(rows.T @ design + np.diag(1.0 / prior.variance))
