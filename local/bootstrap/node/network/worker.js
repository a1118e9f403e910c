'use strict';
// Runs in each worker thread before its own code.
require('../network').install();
