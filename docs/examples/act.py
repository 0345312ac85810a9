"""Acts with a policy that "perennial policy follow" wrote: numpy and nothing else.

    python3 act.py policies/dqn.safetensors observation.json      # prints the values of the actions and the best of them
"""
import json
import sys

import numpy as np


def load(path):
    """The tensors of a safetensors file by name: 8 bytes length of the header, the header as JSON, the values."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        values = file.read()
    return {
        name: np.frombuffer(values[slice(*at["data_offsets"])], "<f4").reshape(at["shape"])
        for name, at in header.items()
        if name != "__metadata__"
    }


def action_values(weights, observation, scale=1.0, layernorm=False, epsilon=1e-6):
    """The value of each action for one observation, of a network with ReLUs and a head of type dqn.

    scale is the task's, epsilon the network's normalisationEpsilon; convolutions have stride 1 and no padding.
    """
    x = np.asarray(observation, np.float32) * np.float32(scale)

    def activated(linear, layer):
        if layernorm:
            linear = (linear - linear.mean()) / np.sqrt(linear.var() + epsilon)
        channels = (-1,) + (1,) * (linear.ndim - 1)
        if f"{layer}.scale" in weights:
            linear = linear * weights[f"{layer}.scale"].reshape(channels)
        for name in (f"{layer}.bias", f"{layer}.offset"):
            if name in weights:
                linear = linear + weights[name].reshape(channels)
        return np.maximum(linear, 0)

    i = 0
    while f"conv.{i}.weight" in weights:
        kernel = weights[f"conv.{i}.weight"]
        patches = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[2:], axis=(1, 2))
        x = activated(np.einsum("crsij,ocij->ors", patches, kernel), f"conv.{i}")
        i += 1
    x = x.reshape(-1)
    i = 0
    while f"hidden.{i}.weight" in weights:
        x = activated(weights[f"hidden.{i}.weight"] @ x, f"hidden.{i}")
        i += 1
    return weights["output.weight"] @ x + weights["output.bias"]


if __name__ == "__main__":
    with open(sys.argv[2]) as file:
        values = action_values(load(sys.argv[1]), json.load(file), layernorm="--layernorm" in sys.argv)
    print(" ".join(f"{value:.6g}" for value in values), "best:", int(values.argmax()))
