#!/usr/bin/env node
import '../dist/posthog/simulator-main.js';
