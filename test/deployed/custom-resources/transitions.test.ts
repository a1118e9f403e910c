import { UNDOCUMENTED_BEHAVIORS } from '../../support/deployed/custom-resources';
import { testTransitions } from '../../support/deployed/transitions';

const [behavior] = UNDOCUMENTED_BEHAVIORS;

testTransitions(behavior);
