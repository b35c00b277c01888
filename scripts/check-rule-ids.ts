// Fails when a requirement of the specification has no home in statements/rules, or two.
import { findMisplacedIds } from '../statements/rules/homes.ts';
import { RULES } from '../statements/rules/rules.ts';

const problems = findMisplacedIds(RULES.map(({ id }) => id));
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`${RULES.length} rules, each with one home.`);
else process.exitCode = 1;
