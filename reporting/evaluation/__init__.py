"""OPDC's evaluation of a round: scores beside the self scores, publication, appeal, final score and grade (R26-R32)."""
