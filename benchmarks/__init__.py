"""What is fast, proved: each benchmark measures side by side in one run and prints ratios with its conditions."""
