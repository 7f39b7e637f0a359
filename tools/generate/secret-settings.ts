const SECRET = /(_KEY|_TOKEN|_PASSWORD|_SECRET|_CREDENTIALS|_HEADERS|^SMTP_URL)$/;

/** Whether a setting belongs into a Secret, never into values: its name ends like one. */
export const isSecret = (setting: string): boolean => SECRET.test(setting);
