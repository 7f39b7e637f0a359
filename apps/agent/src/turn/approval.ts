/** The name under which a turn waits for the decision on a call. */
export const approvalOf = (tool_call_id: string): string => `approve ${tool_call_id}`;
