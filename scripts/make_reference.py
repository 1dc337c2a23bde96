#!/usr/bin/env python3
"""Writes the reference values of the engine's tests (tests/data/engine), or those of a real model.

    scripts/make_reference.py                                  the tiny random models, into tests/data/engine
    scripts/make_reference.py --model M --audio FILE --out DIR a real model on a recording (tests read
    $ATTEND_REFERENCE_DIR)

Needs PyTorch, numpy, safetensors, sentencepiece (tools/train/pyproject.toml).
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "data" / "engine", help="folder to write to")
    parser.add_argument("--model", type=Path, help="a real model file")
    parser.add_argument("--audio", type=Path, help="a recording for it")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tools" / "train"))
    import torch
    from attend_train import reference

    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.model:
        if not arguments.audio:
            parser.error("--model needs --audio")
        reference.write_real(arguments.model, arguments.audio, arguments.out)
    else:
        reference.write_tiny(arguments.out)


if __name__ == "__main__":
    main()
