"""Times one training update in PyTorch: pytorch_updates.py CASE SECONDS

The cases are those of UpdateCase.java, here for a fixed batch: what ours spends on replay memory is not asked of PyTorch.
Prints the kernels that were asked for and the processor time of an update, the
median of five parts after a warm-up, as kernel=NAME and microsPerUpdate=NUMBER.
"""

import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import spectral_norm

PARTS = 5
DISCOUNT = 0.99
ATOMS, LOWEST, HIGHEST = 51, -10.0, 10.0


def dense(inputs, outputs, normalised):
    """A hidden layer: linear map, layer norm (which replaces the bias) if asked for, ReLU."""
    normaliser = [nn.LayerNorm(outputs)] if normalised else []
    return [nn.Linear(inputs, outputs, bias=not normalised), *normaliser, nn.ReLU()]


def convolution(inputs, outputs, kernel, stride, normalised):
    """As dense; the statistics run over all positions and channels of a sample."""
    normaliser = [nn.GroupNorm(1, outputs)] if normalised else []
    return [nn.Conv2d(inputs, outputs, kernel, stride, bias=not normalised), *normaliser, nn.ReLU()]


def classifier(normalised):
    return nn.Sequential(*dense(784, 512, normalised), *dense(512, 512, normalised), nn.Linear(512, 10))


def minatar(outputs, normalised):
    return nn.Sequential(
        *convolution(4, 16, 3, 1, normalised), nn.Flatten(), *dense(16 * 8 * 8, 128, normalised), nn.Linear(128, outputs)
    )


def minatar_with_spectral_norm():
    network = minatar(6, normalised=False)
    spectral_norm(network[3])
    return network


def atari(outputs):
    return nn.Sequential(
        *convolution(4, 32, 8, 4, True),
        *convolution(32, 64, 4, 2, True),
        *convolution(64, 64, 3, 1, True),
        nn.Flatten(),
        *dense(64 * 7 * 7, 512, True),
        nn.Linear(512, outputs),
    )


class Projection:
    """Brings every weight but the output layer's back to the norm that it had at first."""

    def __init__(self, network):
        self.weights = [weight for weight in network.parameters() if weight.ndim > 1][:-1]
        self.radii = [weight.detach().norm() for weight in self.weights]

    @torch.no_grad()
    def __call__(self):
        for weight, radius in zip(self.weights, self.radii):
            weight.mul_(radius / weight.norm())


def nothing():
    pass


def update(optimiser, loss, project):
    def step():
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()
        project()

    return step


def supervised(normalised):
    network = classifier(normalised)
    inputs, labels = torch.rand(128, 784), torch.randint(0, 10, (128,))
    return update(
        torch.optim.Adam(network.parameters(), 1e-4),
        lambda: functional.cross_entropy(network(inputs), labels),
        Projection(network) if normalised else nothing,
    )


class Transitions:
    """A batch of 32 random transitions."""

    def __init__(self, actions, shape):
        self.inputs = (torch.rand(32, *shape) < 0.1).float()
        self.next_inputs = (torch.rand(32, *shape) < 0.1).float()
        self.actions = torch.randint(0, actions, (32,))
        self.rewards = torch.rand(32)
        self.discounts = DISCOUNT * (torch.rand(32) >= 0.1).float()


def value_optimiser(network):
    return torch.optim.Adam(network.parameters(), 2.5e-4, eps=3.125e-4)


def deep_q(make, actions, shape, projected):
    trained, target = make(), make()
    target.load_state_dict(trained.state_dict())
    batch = Transitions(actions, shape)

    def loss():
        with torch.no_grad():
            goals = batch.rewards + batch.discounts * target(batch.next_inputs).max(1)[0]
        values = trained(batch.inputs).gather(1, batch.actions[:, None])[:, 0]
        return functional.smooth_l1_loss(values, goals)

    return update(value_optimiser(trained), loss, Projection(trained) if projected else nothing)


def categorical():
    actions = 6
    trained, target = minatar(actions * ATOMS, False), minatar(actions * ATOMS, False)
    target.load_state_dict(trained.state_dict())
    batch = Transitions(actions, (4, 10, 10))
    rows = torch.arange(32)
    atoms = torch.linspace(LOWEST, HIGHEST, ATOMS)
    spacing = (HIGHEST - LOWEST) / (ATOMS - 1)

    def goals():
        """The categorical projection of the target network's distribution (Bellemare et al. 2017)."""
        distributions = target(batch.next_inputs).view(32, actions, ATOMS).softmax(2)
        greedy = distributions[rows, (distributions * atoms).sum(2).argmax(1)]
        moved = (batch.rewards[:, None] + batch.discounts[:, None] * atoms).clamp(LOWEST, HIGHEST)
        places = (moved - LOWEST) / spacing
        lower = places.floor().clamp(max=ATOMS - 2).long()
        share = places - lower
        projected = torch.zeros(32, ATOMS)
        projected.scatter_add_(1, lower, greedy * (1 - share))
        projected.scatter_add_(1, lower + 1, greedy * share)
        return projected

    def loss():
        with torch.no_grad():
            distribution = goals()
        logits = trained(batch.inputs).view(32, actions, ATOMS)[rows, batch.actions]
        return -(distribution * logits.log_softmax(1)).sum(1).mean()

    return update(value_optimiser(trained), loss, nothing)


CASES = {
    "nap-mlp": lambda: supervised(True),
    "plain-mlp": lambda: supervised(False),
    "nap-dqn-minatar": lambda: deep_q(lambda: minatar(6, True), 6, (4, 10, 10), True),
    "sn-dqn-minatar": lambda: deep_q(minatar_with_spectral_norm, 6, (4, 10, 10), False),
    "nap-dqn-atari": lambda: deep_q(lambda: atari(18), 18, (4, 84, 84), True),
    "c51-minatar": categorical,
}


def run(step, seconds):
    """Steps for that long; returns the mean processor time of one in microseconds."""
    steps, start = 0, time.thread_time()
    while time.thread_time() - start < seconds or steps == 0:
        step()
        steps += 1
    return (time.thread_time() - start) * 1e6 / steps


def main(case, seconds):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    step = CASES[case]()
    run(step, seconds / 2)
    print("kernel=" + os.environ.get("OPENBLAS_CORETYPE", "automatic"))
    parts = sorted(run(step, seconds / PARTS) for _ in range(PARTS))
    print(f"microsPerUpdate={parts[PARTS // 2]:.3f}")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
