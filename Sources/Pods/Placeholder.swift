// Pods
